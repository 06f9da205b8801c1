"""Language models behind an OpenAI-compatible endpoint as systems. Sends posts away; loads no torch."""

from .ask import ask
from .plan import Plan, plan
from .results import AskResults
from .settings import ChatSettings, ChatSystem

__all__ = ["AskResults", "ChatSettings", "ChatSystem", "Plan", "ask", "plan"]
