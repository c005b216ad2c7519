"""One tag: what a page tells about somebody at BSrE."""
