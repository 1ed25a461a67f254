"""The `message` member of error bodies, in English and French."""

from . import api_messages

ENGLISH = {
    "oidc.invalid_grant": "Grant request is invalid.",
    "oidc.invalid_target": "Invalid resource indicator.",
    "oidc.access_denied": "Access denied.",
    "oidc.insufficient_scope": "Token missing scope `{{scope}}`.",
    "oidc.invalid_client": "The client could not be authenticated.",
    "oidc.invalid_scope": "This scope cannot be granted.",
    "oidc.invalid_token": "The token is not valid.",
    "oidc.invalid_redirect_uri": "This redirect URI is not registered for the application.",
    "oidc.unsupported_grant_type": "This grant type is not supported.",
    "oidc.unsupported_response_type": "This response type is not supported.",
    "oidc.unsupported_token_type": "This kind of token is not supported here.",
    "oidc.invalid_request": "The request is not valid.",
    "oidc.authorization_pending": "Nobody has decided about this device yet.",
    "oidc.expired_token": "The code of this device has expired.",
    "oidc.server_error": "Something went wrong in local Logto.",
    "session.not_found": "No sign-in is in progress in this browser. Go back to the application and start again.",
    "session.device_not_waiting": "This code has expired, or was answered already. Let the device show a new one.",
    "session.invalid_credentials": "The account or the password is wrong.",
    "session.verification_blocked_too_many_attempts": "Too many wrong passwords. Try again later.",
    "session.verification_session_not_found": "This verification does not belong to the sign-in in progress.",
    "session.identifier_not_found": "Nobody has been identified yet in this sign-in.",
    "session.not_supported_for_interaction": "This step does not belong to the interaction in progress.",
    "user.suspended": "This account is suspended.",
    "user.username_already_in_use": "This username is taken.",
    "user.email_already_in_use": "This email address is taken.",
    "user.phone_already_in_use": "This phone number is taken.",
    "password.rejected": "The password does not meet the policy.",
    "guard.invalid_input": "The body of the request is not what this route expects.",
    "request.forbidden": "This request comes from another site.",
    "request.too_large": "The body of the request is too large.",
}

FRENCH = {
    "oidc.invalid_grant": "La demande d’autorisation n’est pas valide.",
    "oidc.invalid_target": "L’indicateur de ressource n’est pas valide.",
    "oidc.access_denied": "Accès refusé.",
    "oidc.insufficient_scope": "Il manque au jeton la portée `{{scope}}`.",
    "oidc.invalid_client": "Le client n’a pas pu être authentifié.",
    "oidc.invalid_scope": "Cette portée ne peut pas être accordée.",
    "oidc.invalid_token": "Le jeton n’est pas valide.",
    "oidc.invalid_redirect_uri": "Cette URI de redirection n’est pas enregistrée pour l’application.",
    "oidc.unsupported_grant_type": "Ce type d’octroi n’est pas pris en charge.",
    "oidc.unsupported_response_type": "Ce type de réponse n’est pas pris en charge.",
    "oidc.unsupported_token_type": "Ce type de jeton n’est pas pris en charge ici.",
    "oidc.invalid_request": "La requête n’est pas valide.",
    "oidc.authorization_pending": "Personne ne s’est encore prononcé sur cet appareil.",
    "oidc.expired_token": "Le code de cet appareil a expiré.",
    "oidc.server_error": "Une erreur s’est produite dans Logto local.",
    "session.not_found": "Aucune connexion n’est en cours dans ce navigateur. Retournez à l’application.",
    "session.device_not_waiting": "Ce code a expiré, ou a déjà reçu une réponse. Faites-en afficher un nouveau.",
    "session.invalid_credentials": "Le compte ou le mot de passe est incorrect.",
    "session.verification_blocked_too_many_attempts": "Trop de mots de passe incorrects. Réessayez plus tard.",
    "session.verification_session_not_found": "Cette vérification n’appartient pas à la connexion en cours.",
    "session.identifier_not_found": "Personne n’a encore été identifié dans cette connexion.",
    "session.not_supported_for_interaction": "Cette étape n’appartient pas à l’interaction en cours.",
    "user.suspended": "Ce compte est suspendu.",
    "user.username_already_in_use": "Ce nom d’utilisateur est déjà pris.",
    "user.email_already_in_use": "Cette adresse e-mail est déjà prise.",
    "user.phone_already_in_use": "Ce numéro de téléphone est déjà pris.",
    "password.rejected": "Le mot de passe ne respecte pas les règles.",
    "guard.invalid_input": "Le corps de la requête n’est pas celui attendu.",
    "request.forbidden": "Cette requête vient d’un autre site.",
    "request.too_large": "Le corps de la requête est trop grand.",
}


def translate(code: str, language: str) -> str:
    """Return the sentence for a stable error code; a code without one is shown as it is."""
    table = {**FRENCH, **api_messages.FRENCH} if language == "fr" else {**ENGLISH, **api_messages.ENGLISH}
    return table.get(code, code)


HINTS = {
    "en": {
        "oidc.invalid_redirect_uri": "Give redirectUri one of the addresses that are registered, letter for letter, or "
        "register this one: in the seed file, redirectUris of the application.",
        "oidc.invalid_client": "Copy the App ID from the home page. Without a database it is a new one after each start.",
        "oidc.invalid_target": "resources in LogtoConfig names an API that is not configured here.",
    },
    "fr": {
        "oidc.invalid_redirect_uri": "Donnez à redirectUri une des adresses enregistrées, à la lettre près, ou "
        "enregistrez celle-ci : dans le fichier de données, redirectUris de l’application.",
        "oidc.invalid_client": "Copiez l’App ID de la page d’accueil. Sans base de données, il change à chaque démarrage.",
        "oidc.invalid_target": "resources dans LogtoConfig nomme une API qui n’est pas configurée ici.",
    },
}


def hint(code: str, language: str) -> str:
    """Return what to change where a person meets an error, or nothing."""
    return HINTS.get(language, HINTS["en"]).get(code, "")
