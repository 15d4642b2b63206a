"""How often somebody may try; counted in the memory of each web process."""

from flask_limiter import Limiter

from webapp.security import address

limiter = Limiter(key_func=address, storage_uri="memory://", headers_enabled=False)

SIGN_IN_PER_ADDRESS = "30 per minute"
SIGN_IN_PER_ACCOUNT = "10 per minute"
