"""A folder per Lambda function: its handler and start-up, which nothing else imports."""

from functions.module_archive import use_archive

use_archive()
