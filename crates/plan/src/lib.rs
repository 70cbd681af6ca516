//! What an app means to Kubernetes: its objects, in the order they are created. Pure; cannot fail.
