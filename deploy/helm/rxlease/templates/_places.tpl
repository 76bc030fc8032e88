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

{{/* What seccomp.install puts on the nodes. */}}
{{- define "rxlease.seccompProfiles" -}}
{{- with include "rxlease.seccompProfile" . }}{{ . }}{{ $.Files.Get "files/seccomp-pods.json" }}{{- end }}
{{- end }}

{{/* "true" if a pool is for AF_XDP, so that the daemon pins programs; otherwise nothing. */}}
{{- define "rxlease.pins" -}}
{{- range .Values.config.pools }}{{- if eq (default "" .use) "afxdp" }}true{{- end }}{{- end }}
{{- end }}

{{/* "true" if the interrupts of a pool's queues follow pods' CPUs, so that the daemon moves them; otherwise nothing. */}}
{{- define "rxlease.movesIrqs" -}}
{{- range .Values.config.pools }}{{- if eq (default "" .irqAffinity) "follow" }}true{{- end }}{{- end }}
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

{{/* Refuses plugins of a list that cannot follow each other, as the plugin does. Takes where the list is, and the plugins. */}}
{{- define "rxlease.validatePlugins" -}}
{{- $where := index . 0 -}}
{{- range $index, $plugin := index . 1 }}
{{- if eq (toString $plugin.type) "rxlease" }}
{{- $single := eq (toString $plugin.pairing) "single" }}
{{- if and (gt $index 0) (not $single) }}
{{- fail (printf "%s.plugins[%d]: a pair cannot follow another plugin of the list; set pairing to single, or make rxlease the first plugin" $where $index) }}
{{- end }}
{{- if and (eq $index 0) $single $plugin.optional }}
{{- fail (printf "%s.plugins[0].optional: needs a plugin before it in the list, or the pairing pair; leave it out" $where) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Refuses labels that the chart sets itself. Takes the value's name, and the labels. */}}
{{- define "rxlease.validateLabels" -}}
{{- $where := index . 0 -}}
{{- range $label, $_ := index . 1 }}
{{- if regexMatch "^(helm[.]sh/chart|app[.]kubernetes[.]io/(name|instance|version|managed-by))$" $label }}
{{- fail (printf "%s: %q is a label that the chart sets itself; leave it out" $where $label) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Refuses values that the schema accepts but that cannot work. */}}
{{- define "rxlease.validate" -}}
{{- if not .Values.config.pools }}
{{- fail "config.pools: names no pool; say which NICs' queues pods may ask for, for example --set-json 'config.pools=[{\"name\":\"rxq\",\"selectors\":{\"drivers\":[\"mlx5_core\"]},\"queues\":{\"count\":8}}]'" }}
{{- end }}
{{- $metrics := include "rxlease.metricsAddress" . | fromJson -}}
{{- if and .Values.metrics.prometheusRule.enabled (eq (int $metrics.port) 0) }}
{{- fail "metrics.prometheusRule: its alerts need the daemon's metrics; set config.metrics.address, for example to \"0.0.0.0:9808\"" }}
{{- end }}
{{- if or .Values.metrics.service.enabled .Values.metrics.podMonitor.enabled }}
{{- if or (eq (int $metrics.port) 0) (hasPrefix "127." $metrics.host) (eq $metrics.host "::1") }}
{{- fail "metrics: Prometheus cannot reach config.metrics.address; set it to \"0.0.0.0:9808\", or \"[::]:9808\", and let a firewall keep others out" }}
{{- end }}
{{- end }}
{{- range .Values.extraVolumes }}
{{- if has .name (list "config" "state" "persistent" "cni-bin" "cni-conf" "seccomp" "device-plugins" "pod-resources" "netns" "sysctls" "bpf-parent" "bpf") }}
{{- fail (printf "extraVolumes: the chart has a volume %q of its own; give yours another name" .name) }}
{{- end }}
{{- end }}
{{- include "rxlease.validateLabels" (list "commonLabels" .Values.commonLabels) }}
{{- include "rxlease.validateLabels" (list "podLabels" .Values.podLabels) }}
{{- with .Values.cni.conflist }}{{ include "rxlease.validatePlugins" (list "cni.conflist.list" .list.plugins) }}{{- end }}
{{- range $index, $network := .Values.networkAttachmentDefinitions }}
{{- include "rxlease.validatePlugins" (list (printf "networkAttachmentDefinitions[%d].config" $index) $network.config.plugins) }}
{{- end }}
{{- $volumes := list -}}
{{- range .Values.extraVolumes }}{{- $volumes = append $volumes .name }}{{- end }}
{{- range .Values.extraVolumeMounts }}
{{- if not (has .name $volumes) }}
{{- fail (printf "extraVolumeMounts: there is no volume %q; name it in extraVolumes" .name) }}
{{- end }}
{{- end }}
{{- if and .Values.cni.conflist (not .Values.cni.install) }}
{{- fail "cni.conflist: needs the plugin on the node; set cni.install to true, or leave the list out" }}
{{- end }}
{{- end }}
