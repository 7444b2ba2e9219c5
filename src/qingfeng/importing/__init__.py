"""Documents read: a Word, ODF, PDF or plain file becomes boxes, and boxes become a draft power with doubts."""
