"""The shop's API: whoever brings an access token for it that has `shopping:read` gets the orders.

Set LOGTO_ENDPOINT; then: uvicorn examples.shopping_api.app:app --port 3010
"""

import os
from typing import Annotated

from fastapi import FastAPI, Security

from logto.integrations.fastapi import AccessTokenClaims, LogtoApi

api = LogtoApi(
    os.environ.get("LOGTO_ENDPOINT", "http://localhost:3001"),
    audience="https://shopping.your-app.com/api",
    scopes={"shopping:read": "See what was ordered"},
)
app = FastAPI(title="Corner Shop API", lifespan=api.lifespan)
api.install(app)


@app.get("/orders")
async def orders(claims: Annotated[AccessTokenClaims, Security(api, scopes=["shopping:read"])]):
    """What the caller ordered; a real shop would look it up by `claims.sub`."""
    number = sum(claims.sub.encode()) % 900
    return [
        {"id": f"A-{number + 100}", "item": "Copper kettle, 1.5 l", "price": "€ 48.00"},
        {"id": f"A-{number + 117}", "item": "Two bread knives with beech handles", "price": "€ 31.50"},
    ]
