# Waits until the vcluster has written its kubeconfig, and leaves it in /shared for the next container.
set -eu
umask 077

left=180
until kubectl get secret "vc-$VCLUSTER_NAME" --namespace "$NAMESPACE" --ignore-not-found \
  --output 'jsonpath={.data.config}' >/shared/encoded && [ -s /shared/encoded ]; do
  left=$((left - 1))
  if [ "$left" -eq 0 ]; then
    echo "secret vc-$VCLUSTER_NAME has no kubeconfig after half an hour" >&2
    exit 1
  fi
  sleep 10
done

base64 -d </shared/encoded >/shared/kubeconfig
rm /shared/encoded
