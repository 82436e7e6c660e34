using System.Runtime.InteropServices;

namespace Logist.StepHost;

/// <summary>
/// posix_spawn with a session of its own, every signal at its default and none blocked: .NET ignores SIGPIPE, and a parent may have
/// ignored SIGCHLD or blocked others, all of which a child would inherit.
/// </summary>
internal static unsafe class PosixSpawn
{
    internal const short SetSignalDefaults = 0x04, SetSignalMask = 0x08, SetSession = 0x80;

    // Bigger than glibc's and musl's structures on every processor.
    internal const int AttributesBytes = 512, ActionsBytes = 256, SignalSetBytes = 128;

    internal static readonly nint Attributes = MakeAttributes();

    /// <summary>Descriptor number in the child and the parent's descriptor that becomes it.</summary>
    internal readonly record struct Descriptor(int Child, int Parent);

    /// <returns>0, or the errno of whatever failed: chdir and exec are not told apart.</returns>
    public static int Start(
        byte* program, byte** argv, byte** environment, byte* directory, ReadOnlySpan<Descriptor> descriptors, out int pid)
    {
        var actions = stackalloc byte[ActionsBytes];
        var started = 0;
        var rc = posix_spawn_file_actions_init(actions);
        if (rc == 0)
        {
            foreach (var descriptor in descriptors)
            {
                rc = rc != 0 ? rc : posix_spawn_file_actions_adddup2(actions, descriptor.Parent, descriptor.Child);
            }

            rc = rc != 0 ? rc : posix_spawn_file_actions_addchdir_np(actions, directory);
            rc = rc != 0 ? rc : posix_spawn(&started, program, actions, (byte*)Attributes, argv, environment);
            _ = posix_spawn_file_actions_destroy(actions);
        }

        pid = started;
        return rc;
    }

    private static nint MakeAttributes()
    {
        var attributes = (byte*)NativeMemory.AllocZeroed(AttributesBytes);
        _ = posix_spawnattr_init(attributes);
        var all = stackalloc byte[SignalSetBytes];
        var none = stackalloc byte[SignalSetBytes];
        new Span<byte>(all, SignalSetBytes).Fill(0xFF);
        new Span<byte>(none, SignalSetBytes).Clear();
        _ = posix_spawnattr_setsigdefault(attributes, all);
        _ = posix_spawnattr_setsigmask(attributes, none);
        _ = posix_spawnattr_setflags(attributes, SetSignalDefaults | SetSignalMask | SetSession);
        return (nint)attributes;
    }

    [DllImport("libc")]
    private static extern int posix_spawn(int* pid, byte* path, byte* actions, byte* attributes, byte** argv, byte** envp);
    [DllImport("libc")] private static extern int posix_spawnattr_init(byte* attributes);
    [DllImport("libc")] private static extern int posix_spawnattr_setflags(byte* attributes, short flags);
    [DllImport("libc")] private static extern int posix_spawnattr_setsigdefault(byte* attributes, byte* set);
    [DllImport("libc")] private static extern int posix_spawnattr_setsigmask(byte* attributes, byte* set);
    [DllImport("libc")] private static extern int posix_spawn_file_actions_init(byte* actions);
    [DllImport("libc")] private static extern int posix_spawn_file_actions_destroy(byte* actions);
    [DllImport("libc")] private static extern int posix_spawn_file_actions_adddup2(byte* actions, int fd, int newFd);
    [DllImport("libc")] private static extern int posix_spawn_file_actions_addchdir_np(byte* actions, byte* path);
}
