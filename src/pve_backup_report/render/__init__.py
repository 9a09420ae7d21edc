"""The open room of outputs: report to text, pure.

``words`` holds the word of every code, ``wording`` speaks them in one reader's language and zone, ``page`` is the
report in words before anything is laid out; templates at the top of the tree lay it out. ``report_data`` is the same
for machines. A new output is one module and one line in ``formats``; whatever a user or a server chose is untrusted
in it (``visible``, and the escapes of each output).
"""
