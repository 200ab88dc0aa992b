// SPDX-License-Identifier: MIT
#include "app/configauth.h"
#include "app/secretfile.h"

#include "base/rng.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <thread>

using namespace Tidegate;

namespace {

mode_t modeOf(const QString &path)
{
    struct stat status = {};
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_mode & 0777 : 0;
}

} // namespace

class TestSecretFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void firstStartMakesAPrivateKey();
    void laterStartsReadTheSameKey();
    void aFileOthersCanReadIsRefusedWithTheRemedy_data();
    void aFileOthersCanReadIsRefusedWithTheRemedy();
    void anUnusableFileIsRefused_data();
    void anUnusableFileIsRefused();
    void simultaneousStartsAgreeOnOneKey();
    void aGivenSecretNeedsNoFile();
    void aShortKeyInTheFileIsRefused();

private:
    void writeSecret(const QByteArray &content, mode_t mode);

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    SystemRng m_rng;
};

void TestSecretFile::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    m_path = m_folder->filePath(QStringLiteral("state/tidegate/secret"));
}

void TestSecretFile::writeSecret(const QByteArray &content, mode_t mode)
{
    m_path = m_folder->filePath(QStringLiteral("secret"));
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
    file.close();
    QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), mode), 0);
}

void TestSecretFile::firstStartMakesAPrivateKey()
{
    const auto secret = readOrCreateSecret(m_path, m_rng);
    QVERIFY(secret);
    QCOMPARE(QByteArray::fromBase64(*secret, QByteArray::Base64UrlEncoding).size(), 32);
    QCOMPARE(modeOf(m_path), mode_t(0600));
    QCOMPARE(modeOf(m_folder->filePath(QStringLiteral("state/tidegate"))), mode_t(0700));
    QCOMPARE(QDir(m_folder->filePath(QStringLiteral("state/tidegate"))).entryList(QDir::Files),
             QStringList{QStringLiteral("secret")});
}

void TestSecretFile::laterStartsReadTheSameKey()
{
    const auto first = readOrCreateSecret(m_path, m_rng);
    const auto second = readOrCreateSecret(m_path, m_rng);
    QVERIFY(first && second);
    QCOMPARE(*second, *first);
}

void TestSecretFile::aFileOthersCanReadIsRefusedWithTheRemedy_data()
{
    QTest::addColumn<uint>("mode");
    QTest::newRow("the group can read it") << 0640U;
    QTest::newRow("everybody can read it") << 0604U;
    QTest::newRow("the group can change it") << 0620U;
}

void TestSecretFile::aFileOthersCanReadIsRefusedWithTheRemedy()
{
    QFETCH(uint, mode);
    writeSecret(QByteArray(40, 'k'), mode);
    const auto secret = readOrCreateSecret(m_path, m_rng);
    QVERIFY(!secret);
    QVERIFY(secret.error().text.contains(QStringLiteral("chmod 600 '%1'").arg(m_path)));
}

void TestSecretFile::anUnusableFileIsRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("an empty file") << QByteArray();
    QTest::newRow("blank lines only") << QByteArray(" \n\n");
    QTest::newRow("far too much") << QByteArray(5000, 'k');
}

void TestSecretFile::anUnusableFileIsRefused()
{
    QFETCH(QByteArray, content);
    writeSecret(content, 0600);
    const auto secret = readOrCreateSecret(m_path, m_rng);
    QVERIFY(!secret);
    QCOMPARE(secret.error().code, ErrorCode::Storage);

    QVERIFY(!readOrCreateSecret(m_folder->path(), m_rng));
    QVERIFY(!readOrCreateSecret(m_path + QStringLiteral("/below/a/file"), m_rng));
}

void TestSecretFile::simultaneousStartsAgreeOnOneKey()
{
    constexpr int Starts = 8;
    std::vector<QByteArray> keys(Starts);
    std::vector<std::thread> threads;
    for (QByteArray &key : keys)
        threads.emplace_back([this, &key] { key = readOrCreateSecret(m_path, m_rng).value_or(QByteArray()); });
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(!keys.front().isEmpty());
    for (const QByteArray &key : keys)
        QCOMPARE(key, keys.front());
}

void TestSecretFile::aGivenSecretNeedsNoFile()
{
    GatewayConfig config;
    config.auth.secret = QByteArray(32, 's');
    config.auth.secretFile = m_path;
    config.auth.tokenTtlMs = 1'000;
    config.server.dataDir = QStringLiteral("/d");
    const auto auth = makeAuthConfig(config, m_rng);
    QVERIFY(auth);
    QCOMPARE(auth->secret, config.auth.secret);
    QCOMPARE(auth->tokenTtl, std::chrono::milliseconds(1'000));
    QCOMPARE(auth->dbPath, QStringLiteral("/d/auth.sqlite"));
    QVERIFY(!QFile::exists(m_path));
}

void TestSecretFile::aShortKeyInTheFileIsRefused()
{
    writeSecret("short", 0600);
    GatewayConfig config;
    config.auth.secretFile = m_path;
    QVERIFY(!makeAuthConfig(config, m_rng));
}

QTEST_GUILESS_MAIN(TestSecretFile)
#include "tst_secretfile.moc"
