# SPDX-License-Identifier: Apache-2.0
"""Requests to the API server. kubectl takes longer."""
import json
import ssl
import urllib.request

import yaml

SECONDS = 30


class Api:
    """The API server and the user that a kubeconfig file names."""

    def __init__(self, kubeconfig):
        config = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
        cluster = config["clusters"][0]["cluster"]
        self.server = cluster["server"]
        self.headers = {"Authorization": f"Bearer {config['users'][0]['user']['token']}"}
        self.context = ssl.create_default_context(cafile=cluster["certificate-authority"])

    def get(self, path):
        """Returns an object or a list."""
        return self.answer_to(urllib.request.Request(self.server + path, headers=self.headers))

    def patch(self, path, members):
        """Changes these members of an object, by a merge patch, and returns it."""
        headers = self.headers | {"Content-Type": "application/merge-patch+json"}
        return self.answer_to(urllib.request.Request(self.server + path, json.dumps(members).encode(), headers, method="PATCH"))

    def answer_to(self, request):
        with urllib.request.urlopen(request, timeout=SECONDS, context=self.context) as answer:
            return json.load(answer)

    def pods(self, namespace, label):
        """Returns the pods that have a label, NAME=VALUE."""
        return self.get(f"/api/v1/namespaces/{namespace}/pods?labelSelector={label}")["items"]

    def node(self):
        """Returns the only node."""
        return self.get("/api/v1/nodes")["items"][0]
