//! What goes over the wire: paths, requests, views, the problem body and the events.
