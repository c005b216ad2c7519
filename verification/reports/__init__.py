"""Reports: counts kept as things happen, tables with their charts, exports."""
