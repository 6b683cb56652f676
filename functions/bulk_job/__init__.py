"""The functions of bulk jobs: one plans and ends a job, the other works on its parts."""
