// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Page {
    title: qsTr("Policy")
}
