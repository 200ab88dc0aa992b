// SPDX-License-Identifier: MIT
#include "app/configtable.h"

#include "app/configrows.h"

#include <algorithm>

namespace Tidegate {

QString Setting::environmentName() const
{
    return QStringLiteral("TIDEGATE_") + QString::fromLatin1(key).replace(u'.', u'_').toUpper();
}

QString Setting::flag() const
{
    if (isSecret)
        return {};
    const QByteArray text = section() == "server" ? name() : key;
    return QStringLiteral("--") + QString::fromLatin1(text).replace(u'.', u'-').replace(u'_', u'-');
}

const std::vector<Setting> &settings()
{
    static const std::vector<Setting> All = allSettingRows();
    return All;
}

const Setting *findSetting(const QByteArray &key)
{
    const auto &all = settings();
    const auto found = std::find_if(all.begin(), all.end(), [&key](const Setting &s) { return s.key == key; });
    return found == all.end() ? nullptr : &*found;
}

ConfigDifference differences(const GatewayConfig &current, const GatewayConfig &next)
{
    ConfigDifference difference;
    for (const Setting &setting : settings()) {
        if (setting.load(current) != setting.load(next))
            (setting.isReloadable ? difference.reloadable : difference.needRestart).append(setting.key);
    }
    return difference;
}

} // namespace Tidegate
