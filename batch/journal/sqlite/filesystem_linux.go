package sqlite

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// networkFilesystem names the network file system that a file is on; "" = it is on none. On those locks and shared memory
// do not do what the database needs of them: two machines would both believe to be alone.
func networkFilesystem(path string) string {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return "" // whatever is wrong shows when it is opened
	}
	const fuse = 0x65735546
	if uint32(s.Type) != fuse {
		return networkMagic(uint32(s.Type))
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return ""
	}
	return networkMount(mounts, path)
}

// networkMagic is what statfs says of a file system (see statfs(2), and linux/magic.h).
func networkMagic(magic uint32) string {
	switch magic {
	case 0x6969:
		return "NFS"
	case 0x517B, 0xFE534D42, 0xFF534D42:
		return "SMB"
	case 0x5346414F, 0x6B414653:
		return "AFS"
	case 0x00C36400:
		return "Ceph"
	case 0x73757245:
		return "Coda"
	case 0x47504653:
		return "GPFS"
	case 0x0BD00BD0:
		return "Lustre"
	case 0x7461636F:
		return "OCFS2"
	case 0x01161970:
		return "GFS2"
	}
	return ""
}

// networkMount finds the mount that a path is below, and whether its kind of FUSE reaches over a network. FUSE alone says
// nothing: it is local disks too.
func networkMount(mountinfo []byte, path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	best, kind := "", ""
	lines := bufio.NewScanner(bytes.NewReader(mountinfo))
	for lines.Scan() {
		mount, system, ok := strings.Cut(lines.Text(), " - ")
		fields, types := strings.Fields(mount), strings.Fields(system)
		if !ok || len(fields) < 5 || len(types) < 1 {
			continue
		}
		point := strings.ReplaceAll(fields[4], `\040`, " ")
		if below := point == "/" || path == point || strings.HasPrefix(path, point+"/"); below && len(point) >= len(best) {
			best, kind = point, types[0]
		}
	}
	for _, remote := range []string{"sshfs", "s3fs", "rclone", "glusterfs", "gcsfuse", "blobfuse", "blobfuse2", "davfs", "cephfs", "juicefs", "goofys", "smbnetfs"} {
		if kind == "fuse."+remote || kind == remote {
			return remote
		}
	}
	return ""
}
