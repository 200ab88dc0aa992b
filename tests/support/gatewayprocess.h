// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QMap>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>
#include <QUrl>

#include <chrono>

namespace Tidegate {

//! The real gateway binary with a fresh data folder, killed at the end. Needs the event loop of the calling thread.
//! The process sees no SSMA_* or TIDEGATE_* variable but those given, and an empty home and working folder.
class GatewayProcess
{
public:
    using Environment = QMap<QString, QString>;

    GatewayProcess();
    ~GatewayProcess();
    Q_DISABLE_COPY_MOVE(GatewayProcess)

    //! Flags that switch every rate limit off, for tests of other things.
    static QStringList withoutLimits();

    //! Starts and waits for the line on standard output. False if the process ended instead; see errorText().
    bool start(const QStringList &args = {}, const Environment &environment = {});
    //! The same again on the same data folder; the port is a new one.
    bool restart();
    //! The same data folder, other settings.
    bool restart(const QStringList &args, const Environment &environment = {});

    //! SIGTERM. The exit code, or -1 when it did not end by itself in time.
    int terminate();
    //! SIGKILL, and waits until it is gone.
    void kill();
    void sendSignal(int number);
    //! Waits for the process to end by itself; the exit code or -1.
    int waitForExit();
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    qint64 processId() const { return m_process.processId(); }

    QUrl url() const { return m_url; }
    quint16 port() const { return quint16(m_url.port()); }
    QUrl url(const QString &pathAndQuery) const;
    //! ws://127.0.0.1:port/optimistic/ws?<query>
    QUrl webSocketUrl(const QString &query = QStringLiteral("role=leader")) const;

    QString dataDir() const;
    //! Where the process runs: the place of a .env or tidegate.toml.
    QString workDir() const;
    //! Empty: --listen is not passed, and the settings under test decide.
    void setListen(const QString &listen) { m_listen = listen; }

    //! A session token of this gateway. It must have been started once, so that its key exists.
    QByteArray mintToken(const QByteArray &role, const QByteArray &subject = "tester", const QByteArray &site = {},
                         std::chrono::milliseconds ttl = std::chrono::minutes(15)) const;

    //! Everything the process wrote so far.
    QByteArray errorText();
    QByteArray outputText();
    //! Waits until \p text stands in the error output.
    bool waitForErrorText(const QByteArray &text);

    //! Runs "tidegate <args>" to its end on this data folder.
    struct Finished
    {
        int exitCode = -1;
        QByteArray output;
        QByteArray error;
    };
    Finished run(const QStringList &args) const;

private:
    bool launch();
    void drain();

    QTemporaryDir m_root;
    QProcess m_process;
    QString m_listen = QStringLiteral("127.0.0.1:0");
    QStringList m_args;
    Environment m_environment;
    QUrl m_url;
    QByteArray m_error;
    QByteArray m_output;
};

} // namespace Tidegate
