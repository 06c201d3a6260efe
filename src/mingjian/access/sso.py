"""单点登录 (OpenID Connect): who the identity provider says it is, if the account exists here.

State, nonce, PKCE, the signature and the claims of the identity token are Authlib's work.
"""

from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from joserfc.errors import JoseError

from mingjian.access import login
from mingjian.access.models import User
from mingjian.access.policy import load_policy

TIMEOUT_SECONDS = 10
_FAILED = "统一身份认证没有通过，请重新登录；多次不成请联系系统管理员。"
_UNREACHABLE = "统一身份认证暂时连不上，请稍后再试，或用账号密码登录。"


def is_on() -> bool:
    """Whether the deployment has an identity provider."""
    return bool(settings.SINGLE_SIGN_ON)


def go(request: HttpRequest) -> HttpResponse:
    """The redirect to the identity provider. Raises LoginRefused when it cannot be reached."""
    back = request.build_absolute_uri(reverse("access:sso_back"))
    try:
        return _client().authorize_redirect(request, back)
    except (OAuthError, requests.RequestException, ValueError) as error:
        raise login.refuse_sso(request, "", _UNREACHABLE) from error


def come_back(request: HttpRequest) -> bool:
    """Let the person in whom the provider names; False when our own code is asked for next.

    Raises LoginRefused, with one sentence for whatever was wrong with the answer.
    """
    claims = _claims(request)
    rules = load_policy().single_sign_on
    username = str(claims.get(rules.claim) or "")
    user = User.objects.filter(username=username, is_active=True).first() if username else None
    if user is None:
        why = "统一身份认证通过，但平台没有对应的账号，请联系系统管理员开通。"
        raise login.refuse_sso(request, username, why)
    login.refuse_locked(user.username, login.client_address(request))
    return login.begin(request, user, how="sso", proved=rules.counts_as_second_factor)


def _claims(request: HttpRequest) -> dict[str, Any]:
    given = settings.SINGLE_SIGN_ON
    wanted = {"iss": given["issuer"], "aud": given["client_id"]}
    options = {name: {"essential": True, "values": [value]} for name, value in wanted.items()}
    try:
        token = _client().authorize_access_token(request, claims_options=options)
    except requests.RequestException as error:
        raise login.refuse_sso(request, "", _UNREACHABLE) from error
    except (OAuthError, JoseError, ValueError, KeyError) as error:
        raise login.refuse_sso(request, "", _FAILED) from error
    claims = token.get("userinfo") if token.get("id_token") else None
    if not claims:  # an access token alone proves nobody's identity
        raise login.refuse_sso(request, "", _FAILED)
    return dict(claims)


def _client() -> Any:
    given = settings.SINGLE_SIGN_ON
    return OAuth().register(
        "sso",
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        server_metadata_url=f"{given['issuer'].rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": " ".join(load_policy().single_sign_on.scopes),
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )
