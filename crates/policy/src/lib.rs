//! Policy files read, checked against the dictionary and compiled into rules. No I/O beyond text.
