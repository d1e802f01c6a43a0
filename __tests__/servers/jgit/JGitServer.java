import jakarta.servlet.http.HttpServletRequest;
import java.io.File;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jgit.http.server.GitServlet;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.transport.PreReceiveHook;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.resolver.FileResolver;
import org.eclipse.jgit.util.SystemReader;

/**
 * JGit's servlet on Jetty, on loopback: {@code JGitServer PORT FOLDER} serves the repositories below a folder, and
 * everybody may push. The rest stands in each repository's own configuration; a hook reads {@code hook.refuse} (names of
 * refs, several) and {@code hook.refuseAll} (whether one of them refuses the whole push).
 */
public final class JGitServer {
  private static final int THREADS = 8;

  private JGitServer() {}

  public static void main(String[] args) throws Exception {
    File folder = new File(args[1]);
    tellFileTimes(folder);
    Server server = new Server(new QueuedThreadPool(THREADS, 1));
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    connector.setPort(Integer.parseInt(args[0]));
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/", false, false);
    context.addServlet(new ServletHolder(servlet(folder)), "/*");
    server.setHandler(context);
    server.start();
    server.join();
  }

  /**
   * Says how exact the times of files are. JGit would measure it for three seconds by writing files into the first
   * repository that it sees, and keep the answer in the user's home.
   */
  private static void tellFileTimes(File folder) throws Exception {
    String java = System.getProperty("java.vendor") + '|' + System.getProperty("java.version");
    String store = java + '|' + Files.getFileStore(folder.toPath()).name();
    StoredConfig config = SystemReader.getInstance().getJGitConfig();
    config.setString("filesystem", store, "timestampResolution", "1 seconds");
    config.setString("filesystem", store, "minRacyThreshold", "0 seconds");
  }

  private static GitServlet servlet(File folder) {
    GitServlet servlet = new GitServlet();
    servlet.setRepositoryResolver(new FileResolver<>(folder, true));
    servlet.setReceivePackFactory((HttpServletRequest request, Repository repository) -> {
      ReceivePack receive = new ReceivePack(repository);
      receive.setPreReceiveHook(new Refusing(repository.getConfig()));
      return receive;
    });
    return servlet;
  }

  /** Refuses what the repository's configuration says. */
  private record Refusing(Config config) implements PreReceiveHook {
    @Override
    public void onPreReceive(ReceivePack receive, Collection<ReceiveCommand> commands) {
      List<String> refused = List.of(config.getStringList("hook", null, "refuse"));
      List<ReceiveCommand> bad = commands.stream().filter(one -> refused.contains(one.getRefName())).toList();
      boolean isForAll = config.getBoolean("hook", "refuseAll", false);
      for (ReceiveCommand one : bad) receive.sendError(one.getRefName() + " may not be written here");
      for (ReceiveCommand one : isForAll && !bad.isEmpty() ? commands : bad) {
        one.setResult(ReceiveCommand.Result.REJECTED_OTHER_REASON, "the policy of this server forbids it");
      }
    }
  }
}
