#!/usr/bin/env bash
# A Slurm of one node, for tests, as root: slurm-node.sh start DIR | stop DIR. Debian: apt-get install slurm-wlm munge
set -eu
what=${1:?start or stop} dir=$(realpath "${2:?folder}")
if [ "$what" = stop ]; then
  for name in slurmd slurmctld munged; do [ ! -f "$dir/$name.pid" ] || kill "$(cat "$dir/$name.pid")" || true; done
  exit
fi
host=$(hostname -s)
mkdir -p "$dir"/{spool,state} /run/munge /var/log/munge /var/lib/munge
cat >"$dir/slurm.conf" <<CONF
ClusterName=monge
SlurmctldHost=$host
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
JobRequeue=1
MinJobAge=3600
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmdSpoolDir=$dir/spool
StateSaveLocation=$dir/state
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=8000 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
CONF
[ -f /etc/munge/munge.key ] || { head -c 1024 /dev/urandom >/etc/munge/munge.key; chmod 400 /etc/munge/munge.key; }
chown munge: /etc/munge/munge.key /run/munge /var/log/munge /var/lib/munge
runuser -u munge -- munged
pgrep -xn munged >"$dir/munged.pid"
export SLURM_CONF=$dir/slurm.conf
slurmctld
sleep 2
slurmd
sleep 2
sinfo
