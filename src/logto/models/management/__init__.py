"""What Logto's Management API tells of, one noun a file."""

from .application import Application as Application
from .application import ApplicationSecret as ApplicationSecret
from .application import ApplicationType as ApplicationType
from .application import CustomClientMetadata as CustomClientMetadata
from .application import OidcClientMetadata as OidcClientMetadata
from .hook import Hook as Hook
from .hook import HookConfig as HookConfig
from .organization import Invitation as Invitation
from .organization import Member as Member
from .organization import MemberApplication as MemberApplication
from .organization import Membership as Membership
from .organization import Organization as Organization
from .organization import OrganizationRole as OrganizationRole
from .organization import OrganizationScope as OrganizationScope
from .role import Resource as Resource
from .role import Role as Role
from .role import RoleType as RoleType
from .role import Scope as Scope
from .session import PersonalAccessToken as PersonalAccessToken
from .session import SubjectToken as SubjectToken
from .session import UserSession as UserSession
from .user import User as User
from .user import UserAddress as UserAddress
from .user import UserProfile as UserProfile
