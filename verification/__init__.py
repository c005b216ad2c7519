"""Where officers decide: the queue, the review, the automatic checks, and the admin site around them."""
