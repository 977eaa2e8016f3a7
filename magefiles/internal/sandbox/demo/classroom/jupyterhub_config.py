# The hub of the sandbox's demonstration: a real JupyterHub, with Debian's packages. Whoever knows the password logs in under any name.
import asyncio
import json
import os

from jupyterhub.spawner import Spawner
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/"
PODS = "https://kubernetes.default.svc/api/v1/namespaces/" + os.environ["NAMESPACE"] + "/pods"


class PodSpawner(Spawner):
    """Starts a pod for each user, as kubespawner does, which Debian does not have. It does what the demonstration needs, and no more."""

    @property
    def pod_name(self):
        return "jupyter-" + "".join(c if c.isascii() and c.isalnum() else "-%x-" % ord(c) for c in self.user.name.lower()).strip("-")

    async def ask(self, method, path="", body=None):
        with open(ACCOUNT + "token") as file:
            headers = {"Authorization": "Bearer " + file.read(), "Content-Type": "application/json"}
        request = HTTPRequest(PODS + path, method, headers, json.dumps(body) if body else None, ca_certs=ACCOUNT + "ca.crt", allow_nonstandard_methods=True)
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        return answer.code, json.loads(answer.body or "{}")

    async def start(self):
        await self.stop()
        code, said = await self.ask("POST", body={
            "metadata": {"name": self.pod_name, "labels": {"component": "singleuser-server", "hub.jupyter.org/username": self.user.name}},
            "spec": {
                "restartPolicy": "Never",
                "terminationGracePeriodSeconds": 1,
                "automountServiceAccountToken": False,
                "containers": [{
                    "name": "notebook",
                    "image": os.environ["USER_IMAGE"],
                    "command": ["jupyterhub-singleuser"],
                    "env": [{"name": name, "value": value} for name, value in self.get_env().items()],
                }],
            },
        })
        if code != 201:
            raise RuntimeError("no pod is made: " + said.get("message", str(code)))
        while True:
            code, pod = await self.ask("GET", "/" + self.pod_name)
            status = pod.get("status", {})
            if code == 404 or status.get("phase") in ("Failed", "Succeeded"):
                raise RuntimeError("pod %s has ended" % self.pod_name)
            if status.get("phase") == "Running" and status.get("podIP"):
                return status["podIP"], 8888
            await asyncio.sleep(0.3)

    async def poll(self):
        code, pod = await self.ask("GET", "/" + self.pod_name)
        return None if code == 200 and pod["status"].get("phase") in ("Pending", "Running") else 0

    async def stop(self, now=False):
        while (await self.ask("DELETE", "/" + self.pod_name))[0] != 404:
            await asyncio.sleep(0.3)


c = get_config()  # noqa: F821 -- JupyterHub's
c.JupyterHub.base_url = os.environ["BASE_URL"]
c.JupyterHub.hub_ip = "0.0.0.0"
c.JupyterHub.hub_connect_ip = "hub"
c.JupyterHub.cleanup_servers = False
c.JupyterHub.db_url = "sqlite:////srv/hub/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "/srv/hub/cookie_secret"
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = "http://proxy-api:8001"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["PASSWORD"]
c.JupyterHub.spawner_class = PodSpawner
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300  # a busy machine takes longer than the 30 seconds that are usual
c.Spawner.ip, c.Spawner.port = "0.0.0.0", 8888
c.Spawner.environment = {"HOME": "/home/jovyan", "JUPYTERHUB_SINGLEUSER_APP": "notebook.notebookapp.NotebookApp"}

# Who deploys the hub starts a server for one user, to see whether that works: health.spawn of hub-ops.
c.JupyterHub.services = [{"name": "hubops", "api_token": os.environ["SERVICE_TOKEN"]}]
c.JupyterHub.load_roles = [{
    "name": "hubops",
    "services": ["hubops"],
    "scopes": ["admin:users!user=hubopscheck", "admin:servers!user=hubopscheck", "access:servers!user=hubopscheck"],
}]
