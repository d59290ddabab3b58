# Waits until the vcluster has written its kubeconfig, and leaves it in /shared for the next container: as it is, and
# as JSON that needs no kubectl to be read.
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
# What kubectl says of a broken kubeconfig could quote it.
kubectl config view --kubeconfig /shared/kubeconfig --raw --minify --flatten --output json \
  >/shared/kubeconfig.json 2>/dev/null || {
  echo 'the kubeconfig cannot be read' >&2
  exit 1
}
