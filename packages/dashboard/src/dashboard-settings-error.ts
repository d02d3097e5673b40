import { ProvisioningError } from '@provisioner/shared/errors.ts'

/** Thrown when the dashboard's environment does not say, or says unsafely, how to run it. */
export class DashboardSettingsError extends ProvisioningError {
  override name = 'DashboardSettingsError' as const
  override code = 'DASHBOARD_SETTINGS' as const
}
