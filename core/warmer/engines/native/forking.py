"""Forking: nobody compiles while the process is being forked.

A forked process has one thread. A lock that another thread of its parent held is never let go in
it, and the compiler has such a lock. So whoever loads, uses or closes the compiler holds COMPILER
meanwhile, and so does a fork, which waits for a formula that is being compiled.
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
