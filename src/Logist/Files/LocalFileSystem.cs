using Logist.Core;
using Microsoft.Win32.SafeHandles;

namespace Logist.Files;

/// <summary>Locks and fsync can be trusted on local file systems only.</summary>
internal static class LocalFileSystem
{
    /// <exception cref="LogistException">InvalidConfig: the file lies on a network or user-space file system.</exception>
    public static void Check(SafeFileHandle file, string path)
    {
        if (NameOfRemote(Libc.FileSystemType(file)) is { } name)
        {
            throw new LogistException(ErrorKind.InvalidConfig, $"{path} is on a {name} file system",
                "locks and flushes of such file systems cannot be trusted with a job's state",
                "set LOGIST_JOBS_DIR or --jobs-dir to a directory on a local disk");
        }
    }

    internal static string? NameOfRemote(uint magic) => magic switch
    {
        0x6969 => "NFS",
        0x517B or 0xFF534D42 or 0xFE534D42 => "SMB",
        0x65735546 => "FUSE",
        0x01021997 => "9P",
        0x00C36400 => "Ceph",
        0x0BD00BD0 => "Lustre",
        0x01161970 => "GFS2",
        0x7461636F => "OCFS2",
        0x5346414F => "AFS",
        0x73757245 => "Coda",
        0x47504653 => "GPFS",
        0x786F4256 => "VirtualBox shared",
        _ => null,
    };
}
