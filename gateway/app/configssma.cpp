// SPDX-License-Identifier: MIT
#include "app/configenvironment.h"

#include "app/configsuggest.h"

#include <QDir>
#include <QFileInfo>

#include <array>
#include <cmath>

// SSMA reads its variables more loosely than Tidegate reads its own, and some of them mean several settings or none.

namespace Tidegate {

namespace {

constexpr QLatin1StringView Port("SSMA_PORT");
constexpr QLatin1StringView Host("SSMA_HOST");
constexpr QLatin1StringView OldProtocol("SSMA_OPTIMISTIC_SUBPROTOCOL");
constexpr QLatin1StringView NewProtocol("SSMA_PROTOCOL_SUBPROTOCOL");
constexpr QLatin1StringView Adapter("SSMA_OPTIMISTIC_ADAPTER");
constexpr QLatin1StringView StoreFile("SSMA_OPTIMISTIC_STORE");
constexpr QLatin1StringView UnusedSecret("SSMA_JWT_SECRET");
constexpr QLatin1StringView ProtectedChannels("SSMA_OPTIMISTIC_PROTECTED_CHANNELS");
constexpr QLatin1StringView ProtectedRole("SSMA_OPTIMISTIC_PROTECTED_CHANNEL_MIN_ROLE");

constexpr std::array NamesReadHere{Port,      Host,         OldProtocol,       Adapter,
                                   StoreFile, UnusedSecret, ProtectedChannels, ProtectedRole};

//! SSMA parses these and never looks at them again.
constexpr std::array NamesWithoutEffect{QLatin1StringView("SSMA_JWT_ISSUER"), QLatin1StringView("SSMA_JWT_AUDIENCE"),
                                        QLatin1StringView("SSMA_ACCESS_TTL_MS"),
                                        QLatin1StringView("SSMA_BACKEND_EMIT_EVENTS"),
                                        QLatin1StringView("SSMA_LOG_BUFFER_SIZE")};

QStringList knownNames()
{
    QStringList names(NamesReadHere.begin(), NamesReadHere.end());
    names.append(QStringList(NamesWithoutEffect.begin(), NamesWithoutEffect.end()));
    for (const Setting &setting : settings()) {
        if (!setting.ssmaName.isEmpty())
            names.append(setting.ssmaName);
    }
    return names;
}

class SsmaReader
{
public:
    SsmaReader(ConfigBuilder &builder, const EnvironmentEntries &entries)
        : m_builder(builder)
        , m_entries(entries)
    {
    }

    void read()
    {
        readProtocolFallback();
        for (const Setting &setting : settings()) {
            if (const EnvironmentEntry *entry = find(setting.ssmaName))
                readOne(setting, *entry);
        }
        readListen();
        readStore();
        readProtectedChannels();
        readProductionCookie();
        warnAboutNames();
    }

private:
    //! SSMA takes an empty variable for an absent one.
    const EnvironmentEntry *find(const QString &name) const
    {
        const auto entry = m_entries.constFind(name);
        return entry == m_entries.cend() || entry->value.isEmpty() ? nullptr : &*entry;
    }

    void readOne(const Setting &setting, const EnvironmentEntry &entry)
    {
        switch (setting.ssmaRule) {
        case SsmaRule::OnUnlessFalse:
            m_builder.setValue(setting, entry.value != QLatin1StringView("false"), entry.place);
            return;
        case SsmaRule::OnlyTrue:
            m_builder.setValue(setting, entry.value == QLatin1StringView("true"), entry.place);
            return;
        case SsmaRule::DurationText:
            if (const auto duration = durationFromText(entry.value))
                m_builder.setValue(setting, *duration, entry.place);
            else
                m_builder.refuseValue(setting, u'"' + entry.value + u'"', entry.place);
            return;
        case SsmaRule::Value:
            readValue(setting, entry);
            return;
        }
    }

    void readValue(const Setting &setting, const EnvironmentEntry &entry)
    {
        if (setting.shape != ValueShape::Integer && setting.shape != ValueShape::Quantity) {
            m_builder.setText(setting, entry.value, entry.place);
        } else if (const auto number = numberOf(entry, setting.load(GatewayConfig{}).toString())) {
            m_builder.setValue(setting, *number, entry.place);
        }
    }

    //! JavaScript's idea of a number. Anything else falls back to the default, as in SSMA, but not in silence.
    std::optional<qint64> numberOf(const EnvironmentEntry &entry, const QString &fallback)
    {
        constexpr double MaxExact = 9e15;
        bool isNumber = false;
        const double number = entry.value.trimmed().toDouble(&isNumber);
        if (isNumber && std::isfinite(number) && std::abs(number) < MaxExact)
            return static_cast<qint64>(number);
        m_builder.warn(entry.place,
                       QStringLiteral("\"%1\" is not a number; using %2, as SSMA did").arg(entry.value, fallback));
        return std::nullopt;
    }

    void readProtocolFallback()
    {
        const EnvironmentEntry *old = find(OldProtocol);
        if (!old)
            return;
        m_builder.warn(old->place, QStringLiteral("is deprecated; use %1").arg(NewProtocol));
        if (!find(NewProtocol))
            m_builder.setText(*findSetting("ssma.protocol_version"), old->value, old->place);
    }

    void readListen()
    {
        const EnvironmentEntry *port = find(Port);
        const EnvironmentEntry *host = find(Host);
        if (!port && !host)
            return;
        const QString defaultPort = QString::number(ListenAddress{}.port);
        const auto number = port ? numberOf(*port, defaultPort) : std::nullopt;
        QString address = host ? host->value : QStringLiteral("127.0.0.1");
        if (address.contains(u':'))
            address = u'[' + address + u']';
        const QString text = address + u':' + (number ? QString::number(*number) : defaultPort);
        m_builder.setText(*findSetting("server.listen"), text, port ? port->place : host->place);
        if (!host)
            m_builder.warn(port->place, QStringLiteral("SSMA listened on all interfaces, Tidegate listens on "
                                                       "127.0.0.1; set SSMA_HOST=0.0.0.0 to open it"));
    }

    void readStore()
    {
        if (const EnvironmentEntry *adapter = find(Adapter)) {
            if (adapter->value != QLatin1StringView("file") && adapter->value != QLatin1StringView("sqlite"))
                m_builder.refuse(adapter->place,
                                 QStringLiteral("expected \"file\" or \"sqlite\"; got \"%1\"").arg(adapter->value));
            else if (adapter->value == QLatin1StringView("file"))
                m_builder.warn(adapter->place, QStringLiteral("there is no file adapter; intents are kept in SQLite"));
        }
        if (const EnvironmentEntry *store = find(StoreFile)) {
            const QString folder = QFileInfo(store->value).path();
            m_builder.setText(*findSetting("store.path"), QDir(folder).filePath(QStringLiteral("tidegate.sqlite")),
                              store->place);
        }
    }

    void readProtectedChannels()
    {
        const EnvironmentEntry *channels = find(ProtectedChannels);
        if (!channels)
            return;
        const EnvironmentEntry *role = find(ProtectedRole);
        QVariantMap table;
        for (const QString &name : channels->value.split(u',', Qt::SkipEmptyParts))
            table.insert(name.trimmed(), role ? role->value.trimmed().toLower() : QStringLiteral("admin"));
        m_builder.setValue(*findSetting("ssma.channels"), table, channels->place);
    }

    //! SSMA marks the cookie Secure in production without being told. Only for deployments that come from SSMA.
    void readProductionCookie()
    {
        const EnvironmentEntry *mode = find(QStringLiteral("NODE_ENV"));
        const auto firstOfSsma = m_entries.lowerBound(QStringLiteral("SSMA_"));
        const bool isSsmaDeployment =
            firstOfSsma != m_entries.cend() && firstOfSsma.key().startsWith(QLatin1StringView("SSMA_"));
        if (mode && mode->value == QLatin1StringView("production") && isSsmaDeployment &&
            !find(QStringLiteral("SSMA_AUTH_COOKIE_SECURE")))
            m_builder.setValue(*findSetting("auth.cookie_secure"), true, mode->place);
    }

    void warnAboutNames()
    {
        const QStringList known = knownNames();
        for (auto entry = m_entries.cbegin(); entry != m_entries.cend(); ++entry) {
            if (entry.key() == UnusedSecret)
                m_builder.warn(entry->place, QStringLiteral("is not used, neither by SSMA; the key of the sessions is "
                                                            "SSMA_AUTH_JWT_SECRET"));
            else if (entry.key().startsWith(QLatin1StringView("SSMA_")) && !known.contains(entry.key()))
                m_builder.warn(entry->place, QStringLiteral("%1 is no variable of SSMA%2")
                                                 .arg(entry.key(), didYouMean(nearestName(entry.key(), known))));
        }
    }

    ConfigBuilder &m_builder;
    const EnvironmentEntries &m_entries;
};

} // namespace

void readSsmaVariables(ConfigBuilder &builder, const EnvironmentEntries &entries)
{
    SsmaReader(builder, entries).read();
}

} // namespace Tidegate
