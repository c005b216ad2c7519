"""Who applies and how: institutions, people, procedures, the wizard, the lifecycle."""
