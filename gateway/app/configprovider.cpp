// SPDX-License-Identifier: MIT
#include "app/configprovider.h"

#include "app/configprinter.h"
#include "app/configtable.h"

namespace Tidegate {

using namespace Qt::StringLiterals;

void ConfigProvider::collect(Answer<TablePtr> done)
{
    const GatewayConfig &config = m_current();
    const GatewayConfig defaults;
    QList<QJsonObject> rows;
    for (const Setting &setting : settings()) {
        rows.append({{u"key"_s, QString::fromLatin1(setting.key)},
                     {u"value"_s, visibleText(setting, config)},
                     {u"default"_s, visibleText(setting, defaults)},
                     {u"origin"_s, originOf(setting, config)},
                     {u"isDefault"_s, !config.setBy.contains(setting.key)},
                     {u"isReloadable"_s, setting.isReloadable},
                     {u"isSecret"_s, setting.isSecret},
                     {u"doc"_s, setting.help}});
    }
    done(TablePtr(std::make_shared<Admin::ObjectTable>(rows)));
}

} // namespace Tidegate
