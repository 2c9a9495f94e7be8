"""How a study day is planned: read what could be asked, say what it is worth, take what fits, put it in order.

    horizon, pace, material → exam_mode or retention_mode → arranging → quizzes.study_days, which writes the rows

`material` and `pace` read the database, the other modules are plain functions. numpy is loaded by the modules of this
package and nowhere else in a web process: import them where a plan is built, not at the top of a view.
"""
