"""Master data in and out: reading workbooks, checking them, staging them, switching them in, template and export.

``workbook`` turns bytes into raw tables, ``read`` turns tables into typed rows or faults (pure, in a worker process),
``stage`` and ``switch`` bring the rows into the store in small units, ``template`` and ``export`` write workbooks.
"""
