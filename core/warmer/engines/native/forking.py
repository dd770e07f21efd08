"""Forking: the lock that a fork waits for while something is compiled.

A forked process has one thread. A lock that another thread of its parent held is never released in
it, and the compiler has such a lock. So COMPILER is held while the compiler is loaded, used or
closed, and a fork takes it first.
"""

import os
import threading

COMPILER = threading.RLock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=COMPILER.acquire,
        after_in_parent=COMPILER.release,
        after_in_child=COMPILER.release,
    )
