"""Tags of the enrolment's pages."""
