"""`make demo`: the whole way from a login to the outcomes, on the sandbox gateway."""
