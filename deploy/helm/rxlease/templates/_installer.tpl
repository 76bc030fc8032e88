{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{/* The parts of a container that install-seccomp, install-cni and uninstall-cni share. */}}
{{- define "rxlease.installer" -}}
{{- $directories := include "rxlease.directories" . | fromJson -}}
image: {{ include "rxlease.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
    add:
      - DAC_OVERRIDE  # the directories may belong to another user
resources:
  {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  - { name: config, mountPath: /etc/rxlease, readOnly: true }
  - { name: state, mountPath: {{ $directories.state | quote }}, readOnly: true }
  - { name: persistent, mountPath: {{ $directories.persistent | quote }} }
  - { name: cni-bin, mountPath: {{ $directories.cniBin | quote }} }
  - { name: cni-conf, mountPath: {{ $directories.cniConf | quote }} }
  - { name: seccomp, mountPath: {{ printf "%s/seccomp" $directories.kubelet | quote }} }
{{- end }}
