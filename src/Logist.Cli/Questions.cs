using Logist.Core;

namespace Logist.Cli;

/// <summary>Asking a person before something that cannot be undone.</summary>
internal static class Questions
{
    /// <exception cref="LogistException">Usage: nobody can be asked, or the answer was no.</exception>
    public static void Require(Session session, string question, string? why)
    {
        if (!session.CanAsk)
        {
            throw new LogistException(ErrorKind.Usage, "this needs a yes, and there is nobody to ask", why, "add -y");
        }

        session.Terminal.Err.Write($"{question} [y/N] ");
        session.Terminal.Err.Flush();
        if (session.Terminal.In.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
        {
            throw new LogistException(ErrorKind.Usage, "not confirmed: nothing was done", why);
        }
    }
}
