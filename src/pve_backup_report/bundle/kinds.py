"""What the fields of a tape hold, as far as names are concerned."""

from enum import StrEnum


class Kind(StrEnum):
    """Whose name it is; the value starts the new one. A name of several kinds gets that of the first one here."""

    NODE = "node"
    CLUSTER = "cluster"
    STORAGE = "storage"
    SERVER = "server"
    DATASTORE = "datastore"
    POOL = "pool"
    GUEST = "guest"
    USER = "user"
    TOKEN = "token"  # noqa: S105 -- no secret
    GROUP = "group"
    REALM = "realm"
    ROLE = "role"
    NAMESPACE = "namespace"
    JOB = "job"
    REMOTE = "remote"
    HOST = "host"
    PUBLIC = "public"  # an address on the Internet; its new one is in a range that nobody uses any more (RFC 7526)
    DOMAIN = "domain"
    TAG = "tag"
    SNAPSHOT = "snapshot"
    FOLDER = "folder"
    FILE = "file"
    NOTE = "note"
    NAME = "name"


class Form(StrEnum):
    """How the value of a field is written."""

    KEPT = "kept"  # a number, a word of Proxmox, a schedule: names nobody
    ONE = "one"  # a name
    SEVERAL = "several"  # names, with commas, semicolons or blanks between them
    NESTED = "nested"  # names, with slashes between them
    AUTH = "auth"  # user@realm!token, a group, or a token's own name
    HOST = "host"  # an address, perhaps with a port
    PATH = "path"  # of a file system
    ACL_PATH = "acl-path"
    ID = "id"  # words, with slashes or colons between them: qemu/100, storage/pve1/nas
    UPID = "upid"
    VOLID = "volid"
    PROPERTIES = "properties"  # a=1,b=2
    FINGERPRINT = "fingerprint"
    ROLE = "role"
    STATUS = "status"  # of a task: OK, or a message
    TEXT = "text"
    NOTE = "note"  # what people wrote: nothing of it is needed
    ROWS = "rows"  # more fields inside
