"""Language models behind an OpenAI-compatible endpoint as systems: posts leave the house. Loads no torch."""

from .ask import ask
from .asked import Asked
from .plan import Plan, plan
from .settings import ChatSettings, ChatSystem

__all__ = ["Asked", "ChatSettings", "ChatSystem", "Plan", "ask", "plan"]
