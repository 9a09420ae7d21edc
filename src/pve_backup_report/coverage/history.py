"""How far back the tasks of the whole cluster are known."""

from pve_backup_report.model.cluster import Cluster


def history_since(cluster: Cluster) -> tuple[int, str] | None:
    """Return the epoch since which no node's tasks can have been missed, and the node whose history is the shortest.

    Any node may have run a guest's backup.

    Args:
        cluster: the normalized tape.
    """
    reach: list[tuple[int, str]] = []
    for node in cluster.nodes:
        if not node.tasks_seen or node.history_since is None:
            return None
        reach.append((node.history_since, node.name))
    return max(reach, default=None)
