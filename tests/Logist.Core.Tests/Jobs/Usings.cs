// The runtime has a TaskStatus of its own.
global using TaskStatus = Logist.Core.Jobs.TaskStatus;
