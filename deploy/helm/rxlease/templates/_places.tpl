{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{/* The directories in the daemon's configuration, with the defaults, as JSON. */}}
{{- define "rxlease.directories" -}}
{{- $config := .Values.config -}}
{{- dict
  "state" (default "/run/rxlease" $config.stateDirectory)
  "persistent" (default "/var/lib/rxlease" $config.persistentDirectory)
  "kubelet" (default "/var/lib/kubelet" $config.kubeletDirectory)
  "cniBin" (default "/opt/cni/bin" $config.cniBinDirectory)
  "cniConf" (default "/etc/cni/net.d" $config.cniConfDirectory)
  "bpf" (default "/sys/fs/bpf/rxlease" $config.bpfDirectory)
  | toJson }}
{{- end }}

{{/* The daemon's seccomp profile, or nothing where the runtime's default applies. */}}
{{- define "rxlease.seccompProfile" -}}
{{- if .Values.seccomp.install }}{{ .Files.Get "files/seccomp.json" | trimSuffix "\n" }}{{- end }}
{{- end }}

{{/* "true" if a pool is for AF_XDP, so that the daemon pins programs; otherwise nothing. */}}
{{- define "rxlease.pins" -}}
{{- range .Values.config.pools }}{{- if eq (default "" .use) "afxdp" }}true{{- end }}{{- end }}
{{- end }}

{{/* Where the daemon listens, as JSON with host and port. The host is empty for all addresses of the node. Both are
     empty if the daemon does not listen. */}}
{{- define "rxlease.metricsAddress" -}}
{{- $address := "127.0.0.1:9808" -}}
{{- with .Values.config.metrics }}{{- if hasKey . "address" }}{{- $address = .address }}{{- end }}{{- end }}
{{- $port := regexFind "[0-9]*$" $address -}}
{{- if and $address (eq (int $port) 0) }}
{{- fail (printf "config.metrics.address: %q has no port that probes could ask; use one such as \"127.0.0.1:9808\", or \"\" for none" $address) }}
{{- end }}
{{- $host := trimSuffix (printf ":%s" $port) $address | trimPrefix "[" | trimSuffix "]" -}}
{{- if has $host (list "0.0.0.0" "::") }}{{- $host = "" }}{{- end }}
{{- dict "host" $host "port" (int $port) | toJson }}
{{- end }}

{{/* Refuses values that the schema accepts but that cannot work. */}}
{{- define "rxlease.validate" -}}
{{- if not .Values.config.pools }}
{{- fail "config.pools: names no pool; say which NICs' queues pods may ask for, for example --set-json 'config.pools=[{\"name\":\"rxq\",\"selectors\":{\"drivers\":[\"mlx5_core\"]},\"queues\":{\"count\":8}}]'" }}
{{- end }}
{{- $metrics := include "rxlease.metricsAddress" . | fromJson -}}
{{- if or .Values.metrics.service.enabled .Values.metrics.podMonitor.enabled }}
{{- if or (eq (int $metrics.port) 0) (hasPrefix "127." $metrics.host) (eq $metrics.host "::1") }}
{{- fail "metrics: Prometheus cannot reach config.metrics.address; set it to \"0.0.0.0:9808\", or \"[::]:9808\", and let a firewall keep others out" }}
{{- end }}
{{- end }}
{{- if and .Values.cni.conflist (not .Values.cni.install) }}
{{- fail "cni.conflist: needs the plugin on the node; set cni.install to true, or leave the list out" }}
{{- end }}
{{- end }}
