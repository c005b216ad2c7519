"""What the tests' OpenID Connect provider tells of a person: the NIP, as a government's provider would."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):  # type: ignore[misc]
    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        return {"preferred_username": request.user.username}
