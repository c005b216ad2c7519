"""The wizard behind the activation link: a task list, steps over one draft row, check your answers, the receipt."""
