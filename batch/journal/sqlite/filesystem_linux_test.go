package sqlite

import (
	"strings"
	"testing"
)

func TestNetworkFilesystems(t *testing.T) {
	if name := networkFilesystem(t.TempDir()); name != "" {
		t.Errorf("the tests run on %s", name)
	}
	for magic, want := range map[uint32]string{0x6969: "NFS", 0xFF534D42: "SMB", 0xEF53: "", 0x01021994: "", 0x9123683E: ""} {
		if got := networkMagic(magic); got != want {
			t.Errorf("%#x is %q, want %q", magic, got, want)
		}
	}
	mounts := strings.Join([]string{
		"22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
		"40 22 0:44 / /mnt/far rw - fuse.sshfs user@host:/srv rw",
		"41 22 0:45 / /mnt/far/near rw - ext4 /dev/vdb rw",
		`42 22 0:46 / /mnt/with\040space rw - fuse.rclone remote: rw`,
		"43 22 0:47 / /mnt/ntfs rw - fuseblk /dev/sdb1 rw",
	}, "\n")
	for path, want := range map[string]string{"/mnt/far/journal.db": "sshfs", "/mnt/far/near/journal.db": "", "/mnt/farther/journal.db": "",
		"/mnt/with space/journal.db": "rclone", "/mnt/ntfs/journal.db": "", "/journal.db": ""} {
		if got := networkMount([]byte(mounts), path); got != want {
			t.Errorf("%s is on %q, want %q", path, got, want)
		}
	}
}
