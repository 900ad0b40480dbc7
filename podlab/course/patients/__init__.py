"""The patients of the clinic, a file each: the complaint, the manifest, what is wrong and why, what a repair must do.

Twelve have a number; the two without are for the teaching round of lesson 13.
"""

from podlab.course.patients.archive import ARCHIVE
from podlab.course.patients.backup import BACKUP
from podlab.course.patients.bot import BOT
from podlab.course.patients.cake import CAKE
from podlab.course.patients.counter import COUNTER
from podlab.course.patients.greeter import GREETER
from podlab.course.patients.kiosk import KIOSK
from podlab.course.patients.menu import MENU
from podlab.course.patients.news import NEWS
from podlab.course.patients.press import PRESS
from podlab.course.patients.soup import SOUP
from podlab.course.patients.till import TILL
from podlab.course.patients.usher import USHER
from podlab.course.patients.waiter import WAITER

PATIENTS = (
    MENU,
    GREETER,
    TILL,
    CAKE,
    BOT,
    SOUP,
    COUNTER,
    BACKUP,
    ARCHIVE,
    PRESS,
    WAITER,
    NEWS,
    KIOSK,
    USHER,
)
"""All patients: the numbered ones in order, then the others."""

__all__ = ["PATIENTS"]
