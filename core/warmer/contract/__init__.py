"""The contract: what a plugin may implement, its parameters, and the check that it keeps both."""
