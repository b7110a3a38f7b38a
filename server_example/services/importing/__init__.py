"""Files of events in: read, judged row by row, stored in batches, gone on with after an interruption."""
