"""What an application's tests need: a local Logto in process, a browser without a window, and signed-in clients."""

from .browser import Browser as Browser
from .server import LogtoServer as LogtoServer
from .server import SampleUser as SampleUser
