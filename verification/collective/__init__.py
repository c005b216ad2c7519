"""The pages of the collective request: the OPD's under /opd/, and the review at Diskominfo."""
