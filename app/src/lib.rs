//! Browser front end of the duty-health index.
