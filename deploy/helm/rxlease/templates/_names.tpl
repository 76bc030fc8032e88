{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{- define "rxlease.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "rxlease.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "rxlease.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "rxlease.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "rxlease.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{- define "rxlease.selectorLabels" -}}
app.kubernetes.io/name: {{ include "rxlease.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "rxlease.ownLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{ include "rxlease.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{- end }}

{{/* The labels of an object: own and common ones, and those of the list's second element. Takes the root and the labels. */}}
{{- define "rxlease.labelsWith" -}}
{{- $root := index . 0 -}}
{{- merge (include "rxlease.ownLabels" $root | fromYaml) (index . 1) $root.Values.commonLabels | toYaml }}
{{- end }}

{{- define "rxlease.labels" -}}
{{- include "rxlease.labelsWith" (list . dict) }}
{{- end }}

{{- define "rxlease.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "rxlease.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "rxlease.priorityClassName" -}}
{{- if .Values.priorityClass.create }}
{{- include "rxlease.fullname" . }}
{{- else }}
{{- .Values.priorityClassName }}
{{- end }}
{{- end }}

{{- define "rxlease.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* The first pool's resource. */}}
{{- define "rxlease.resource" -}}
{{- printf "%s/%s" (default "rxlease.dev" .Values.config.resourcePrefix) (first .Values.config.pools).name }}
{{- end }}
